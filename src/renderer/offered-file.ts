/** What is needed of a dropped or chosen file. */
export interface OfferedFile {
  readonly name: string;
  readonly size: number;
  text(): Promise<string>;
}

/** Client files hold a few hundred characters; what is far larger is another file, and is not read. */
const largestFile = 20_000;

/** Takes a file; resolves to its text, or to why it is none. */
export async function readClientFile(
  file: OfferedFile,
): Promise<{ readonly kind: 'text'; readonly text: string } | { readonly kind: 'too-large' | 'unreadable' }> {
  if (file.size > largestFile) return { kind: 'too-large' };
  try {
    const text = await file.text();
    return text.length > largestFile ? { kind: 'too-large' } : { kind: 'text', text };
  } catch {
    return { kind: 'unreadable' };
  }
}
