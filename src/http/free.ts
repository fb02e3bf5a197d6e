/**
 * Gives the memory of a buffer back that nobody needs any longer, without waiting for the garbage collector: it knows
 * little of what buffers hold, and comes late. One that shares its memory is left alone.
 */
export function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
