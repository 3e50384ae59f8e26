/** How often a line goes out where nothing happens, in milliseconds: a proxy lets go of what is silent for a minute. */
const HEARTBEAT = 15_000;
/** So many pieces wait for a browser that does not take them; then it has to come again. */
const MOST_WAITING = 500;

/** An answer that grows while it is read (Server-Sent Events, HTML Living Standard §9.2). */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends a piece after those before it, if it may go on by then. */
  send(piece: () => Promise<string> | string): void;
  end(): void;
  /** What to do once it is over, whoever ended it. */
  whenOver(then: () => void): void;
}

/** Opens a stream. `mayGoOn` is asked before each piece, also before each line that only says that we are still here. */
export function eventStream(mayGoOn: () => Promise<boolean>): EventStream {
  const pipe = openPipe();
  let queue = Promise.resolve();
  const sendNow = async (piece: () => Promise<string> | string) => {
    if (pipe.isOver()) return;
    if (await mayGoOn()) pipe.write(await piece());
    else pipe.end();
  };
  const send = (piece: () => Promise<string> | string) => {
    queue = queue.then(() => sendNow(piece)).catch(pipe.end);
  };
  const heartbeat = setInterval(() => send(() => ": still here\n\n"), HEARTBEAT);
  heartbeat.unref();
  pipe.whenOver(() => clearInterval(heartbeat));
  // The first bytes at once, so that the browser knows that it is connected; it comes again after three seconds.
  pipe.write("retry: 3000\n\n");
  return { body: pipe.body, send, end: pipe.end, whenOver: pipe.whenOver };
}

/** A body that is written to until one side has enough. */
function openPipe() {
  const encoder = new TextEncoder();
  const last: (() => void)[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let over = false;
  const stop = () => {
    over = true;
    for (const then of last.splice(0)) then();
  };
  const end = () => {
    if (over) return;
    controller?.close();
    stop();
  };
  return {
    body: new ReadableStream<Uint8Array>({
      start(given) {
        controller = given;
      },
      cancel: stop,
    }),
    isOver: () => over,
    write(text: string) {
      if (over) return;
      if ((controller?.desiredSize ?? 0) < -MOST_WAITING) end();
      else controller?.enqueue(encoder.encode(text));
    },
    end,
    whenOver(then: () => void) {
      if (over) then();
      else last.push(then);
    },
  };
}
