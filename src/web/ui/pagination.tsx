interface PaginationProps {
  /** What is in sight, such as `1–20 of 134 people`. */
  readonly shown: string;
  readonly previous?: string | undefined;
  readonly next?: string | undefined;
}

/** The way through a long list, by cursor: links to the page before and after, and what is shown. */
export function Pagination({ shown, previous, next }: PaginationProps) {
  return (
    <nav class="pagination" aria-label="Pages">
      <span class="pagination-shown">{shown}</span>
      {previous && (
        <a class="button button-secondary" rel="prev" href={previous}>
          Previous
        </a>
      )}
      {next && (
        <a class="button button-secondary" rel="next" href={next}>
          Next
        </a>
      )}
    </nav>
  );
}
