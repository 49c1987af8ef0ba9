/** Takes classes, and what is none where one does not apply; returns them as an element takes them. */
export function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
