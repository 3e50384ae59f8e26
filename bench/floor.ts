import { createServer } from "node:http";
import { Pool } from "pg";

/**
 * The floor: what a request costs that does nothing but the one thing that cannot be left out. A bare `node:http` server;
 * GET does one prepared SELECT, everything else one prepared INSERT.
 */
const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 10 });
await pool.query(`CREATE TABLE IF NOT EXISTS floor (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization int NOT NULL, name text NOT NULL, body jsonb NOT NULL,
  UNIQUE (organization, name))`);

const SELECT = { name: "floor_select", text: "SELECT id, body FROM floor WHERE organization = $1 AND name = $2" };
const INSERT = {
  name: "floor_insert",
  text: "INSERT INTO floor (organization, name, body) VALUES ($1, $2, $3) RETURNING id",
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", async () => {
    const name = decodeURIComponent(request.url ?? "");
    const body = Buffer.concat(chunks).toString();
    const { rows } =
      request.method === "GET"
        ? await pool.query({ ...SELECT, values: [1, name] })
        : await pool.query({ ...INSERT, values: [1, name, body] });
    const text = JSON.stringify(rows);
    response.writeHead(request.method === "GET" ? 200 : 201, { "content-type": "application/json" });
    response.end(text);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : ""}\n`);
});
