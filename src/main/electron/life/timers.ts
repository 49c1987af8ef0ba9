/** Takes milliseconds and what follows; returns what cancels it. */
export function wait(milliseconds: number, then: () => void): () => void {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
}

/** Takes milliseconds and what is done each time they have passed; returns what ends it. */
export function every(milliseconds: number, then: () => void): () => void {
  const timer = setInterval(then, milliseconds);
  return () => clearInterval(timer);
}
