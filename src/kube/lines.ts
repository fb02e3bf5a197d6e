/**
 * The lines of a stream, without their ends; what stands behind the last end is no line. One that is longer than so many
 * bytes is given in pieces.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (last: Buffer): string => {
    const line = Buffer.concat([...parts, last]).toString("utf8");
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    bytes += chunk.length - start;
    if (bytes > maxBytes) yield take(Buffer.alloc(0));
  }
}
