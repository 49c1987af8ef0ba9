import { z } from 'zod';
import { number } from '../../../shared/counts.ts';
import type { AccountView, Status } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { counted } from '../../../shared/phrases.ts';
import { ok } from '../../../shared/result.ts';
import { askToConfirm, failed, type Command } from '../command.ts';
import { removalOptions, type CommandEntry } from '../entry.ts';
import { failure } from '../failure.ts';
import { clean, jsonLine, table } from '../text.ts';
import { momentText } from '../times.ts';
import { choiceLines, useAsSuggested } from './calendars.ts';
import { alsoOthers, askAboutOthers, receiptOutcome } from './reset.ts';

function stateText(account: AccountView): string {
  switch (account.state) {
    case 'connected':
      return account.kept === 'keychain' ? 'connected' : 'connected until CalSync quits';
    case 'needs-sign-in':
      return 'sign in again';
    case 'resting':
      return 'resting, goes on by itself';
  }
}

function usedCalendars(status: Status, account: AccountView): number {
  return status.calendars.filter((each) => each.accountId === account.id && (each.source || each.target)).length;
}

/** Returns the command that lists the connected accounts. */
function listAccounts(): Command {
  return ({ app, io }) => {
    const status = app.status();
    const rows = status.accounts.map((account) => [
      clean(account.email),
      stateText(account),
      number(usedCalendars(status, account)),
      account.signInEndsAt === null ? '' : momentText(account.signInEndsAt, io.now()),
    ]);
    const lines =
      rows.length === 0
        ? ['No account is connected yet. Add one with `accounts add`.']
        : table(
            [
              { title: 'ACCOUNT', kind: 'long' },
              { title: 'STATE' },
              { title: 'CALENDARS IN USE', kind: 'number' },
              { title: 'SIGN-IN ENDS' },
            ],
            rows,
            io.stdout.columns,
          );
    return { lines, json: { accounts: status.accounts } };
  };
}

/** Takes how to sign in; returns the command that connects an account, or connects it again. */
function addAccount(options: { readonly browser: boolean; readonly loginHint: string | null }): Command {
  return async (context) => {
    const { app, io, json, undisturbed } = context;
    const before = new Set(app.status().accounts.map(({ id }) => id));
    const added = await undisturbed(() =>
      app.addAccount({
        signal: io.signal,
        ...(options.loginHint === null ? {} : { loginHint: options.loginHint }),
        ...(options.browser
          ? {
              show: async (address: string) => {
                // A page may open where nobody sees it, or not at all, and the system says neither.
                if (io.stderr.isTTY) {
                  io.stderr.write(
                    `A browser opens now. If it does not, open this address on this computer:\n${address}\n`,
                  );
                }
                const opened = await app.openInBrowser(address);
                return io.stderr.isTTY ? ok(undefined) : opened;
              },
            }
          : {
              show: (address: string) => {
                if (io.stderr.isTTY) {
                  io.stderr.write('Open this address in a browser on this computer, and finish there:\n');
                }
                io.stdout.write(json ? `${jsonLine({ open: address })}\n` : `${address}\n`);
                return Promise.resolve(ok(undefined));
              },
            }),
      }),
    );
    if (!added.ok) return failed(added.error);
    const account = added.value;
    const status = app.status();
    const calendars = status.calendars.filter((each) => each.accountId === account.id);
    const used = usedCalendars(status, account);
    const lines = [
      `Connected ${clean(account.email)} with ${counted(calendars.length, 'calendar')}, ${number(used)} in use.`,
    ];
    // Because this process ends right away, a sign-in that is kept only "until CalSync quits" is lost with it.
    const failures = account.kept === 'keychain' ? [] : [failure(appError('keychain-unavailable'))];
    // What was chosen long ago is not told as if it had been chosen now.
    const isNew = !before.has(account.id);
    const offered = calendars.filter((each) => each.offered);
    if (offered.length === 0) {
      if (isNew) lines.push(...choiceLines(calendars));
      if (used === 0) lines.push('Choose which to use with `calendars use`; see them with `calendars list`.');
      return { lines, json: { account, calendars }, failures };
    }
    const outcome = await useAsSuggested(context, offered, false, [
      ...lines,
      ...choiceLines(isNew ? calendars.filter((each) => !each.offered) : []),
    ]);
    return {
      lines: outcome.lines,
      json: {
        account,
        calendars: app.status().calendars.filter((each) => each.accountId === account.id),
        ...outcome.json,
      },
      failures: [...failures, ...(outcome.failures ?? [])],
    };
  };
}

/** Takes an address and how to go about it; returns the command that removes that account and all that came of it. */
export function removeAccount(
  email: string,
  options: { readonly confirmed: boolean; readonly revoke: boolean; readonly all: boolean },
): Command {
  return async (context) => {
    const { app, io } = context;
    const account = app.status().accounts.find((each) => each.email.toLowerCase() === email.trim().toLowerCase());
    if (!account) return failed(appError('account-unknown', email));
    const everything = options.all ? await askAboutOthers(context, account.id) : null;
    if (everything !== null && 'lines' in everything) return everything;
    const others = everything === null ? '' : alsoOthers(everything);
    const warning = options.revoke
      ? '. Giving its permission back signs out CalSync on your other computers, too (--keep-permission leaves it)'
      : '';
    const what = `${account.email}, its blocks in your other calendars and the blocks in its own${others}${warning}`;
    const refused = await askToConfirm(context, options.confirmed, what, 'remove');
    if (refused) return refused;
    const removed = await app.removeAccount(account.id, {
      revoke: options.revoke,
      othersOn: everything?.othersOn ?? [],
      signal: io.signal,
      onProgress: context.onProgress,
    });
    if (!removed.ok) return failed(removed.error);
    const closing = !options.revoke
      ? `Removed ${clean(account.email)}. Google still lists the permission for CalSync.`
      : removed.value.notRevoked === null
        ? `Removed ${clean(account.email)} and gave its permission back, which signs out other computers, too.`
        : `Removed ${clean(account.email)}. Take its permission back at myaccount.google.com/connections.`;
    // The account is not there any more, so what is left in its calendars can only be found through another one.
    return receiptOutcome(removed.value, '`reset --all` with an account that may write there', [closing]);
  };
}

/** `accounts`. */
export const accountsEntry: CommandEntry = {
  name: 'accounts',
  description: 'connect and remove accounts',
  words: [
    {
      name: 'add',
      description: 'sign in to an account, or sign in again',
      define: (word, choose) =>
        word
          .option('--no-browser', 'print the address of the sign-in page and wait')
          .option('--login-hint <email>', 'the account to suggest on the sign-in page')
          .action((options: unknown) => {
            const parsed = z.object({ browser: z.boolean(), loginHint: z.string().nullable().default(null) });
            choose(addAccount(parsed.parse(options)));
          }),
    },
    {
      name: 'list',
      description: 'list the connected accounts',
      define: (word, choose) => word.action(() => choose(listAccounts())),
    },
    {
      name: 'remove',
      description: 'remove an account, its blocks elsewhere and the blocks in its calendars',
      define: (word, choose) =>
        word
          .argument('<email>', 'the address of the account')
          .option('--yes', 'do not ask')
          .option('--all', 'also blocks in its calendars that are not known to be from a connected calendar')
          .option('--keep-permission', 'do not give the permission back to Google: other computers stay signed in')
          .action((email: string, options: unknown) => {
            const { yes, all, keepPermission } = removalOptions.parse(options);
            choose(removeAccount(email, { confirmed: yes, all, revoke: !keepPermission }));
          }),
    },
  ],
};
