import type { Command as Commander } from 'commander';
import { z } from 'zod';
import type { Command } from './command.ts';

/** One word of the command line: what follows it, and what it does. */
export interface CommandEntry {
  /** As it is typed. */
  readonly name: string;
  /** What it does, in the words of the help. */
  readonly description: string;
  /** Whether it is meant where the word before it stands alone. */
  readonly isDefault?: boolean;
  /** Takes the word on the command line and what is told the command that was chosen; adds arguments, options and help. */
  readonly define?: (word: Commander, choose: (command: Command) => void) => void;
  /** What may follow it, in the order of the help. */
  readonly words?: readonly CommandEntry[];
}

/** What removals have in common. */
export const removalOptions = z.object({
  yes: z.boolean().default(false),
  all: z.boolean().default(false),
  keepPermission: z.boolean().default(false),
});
