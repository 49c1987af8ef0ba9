import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { InvalidWorldError, startSimulator } from './start.ts';
import type { Simulator, SimulatorOptions } from './start.ts';
import { worldNames } from './worlds/named.ts';
import type { WorldName } from './worlds/named.ts';
import type { World } from './worlds/schema.ts';

/** A mistake of the caller: one sentence, exit code 2. */
class UsageError extends Error {}

const optionsSchema = z.object({ port: z.string(), world: z.string().optional(), worldFile: z.string().optional() });

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(`"${text}" is not a port: give a number from 0 (any free port) to 65535.`);
  }
  return port;
}

function readWorldName(name: string): WorldName {
  const known = worldNames.find((candidate) => candidate === name);
  if (known === undefined) throw new UsageError(`There is no world "${name}"; there are ${worldNames.join(' and ')}.`);
  return known;
}

function readWorldFile(path: string): World {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UsageError(`The world file ${path} cannot be read (${reason}).`);
  }
  try {
    // Because startSimulator checks the form itself, and names the place in it that is wrong.
    return JSON.parse(text) as World;
  } catch (error) {
    throw new UsageError(
      `The world file ${path} is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
    );
  }
}

async function start(argv: readonly string[]): Promise<Simulator | undefined> {
  const command = new Command('simulator')
    .description('Runs the simulator of Google Calendar and Google sign-in on 127.0.0.1.')
    .option('--port <number>', 'port to listen on; 0 for any free one', '0')
    .option('--world <name>', `a world that comes with the simulator: ${worldNames.join(', ')}`)
    .option('--world-file <file>', 'a world of your own, as JSON')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode === 0) return undefined;
    throw new UsageError(`${error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')}. See --help.`);
  }
  const given = optionsSchema.parse(command.opts());
  const port = readPort(given.port);
  if (given.world !== undefined && given.worldFile !== undefined) {
    throw new UsageError('Give --world or --world-file, not both.');
  }
  const world = given.worldFile === undefined ? readWorldName(given.world ?? 'demo') : readWorldFile(given.worldFile);
  const options: SimulatorOptions = { world, port };
  try {
    return await startSimulator(options);
  } catch (error) {
    if (error instanceof InvalidWorldError) {
      throw new UsageError(
        `The world file ${given.worldFile ?? given.world ?? ''} is not valid at ${error.message.replace(/\.$/, '')}.`,
      );
    }
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new UsageError(`Port ${port} is taken; give another with --port, or 0 for any free one.`);
    }
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw new UsageError(`Port ${port} may not be used by this user; give one above 1023.`);
    }
    throw error;
  }
}

function describe(simulator: Simulator): string {
  const lines = [
    `Simulator of Google Calendar: ${simulator.url}`,
    `  client id      ${simulator.client.clientId}`,
    `  client secret  ${simulator.client.clientSecret}`,
    'Accounts:',
  ];
  for (const { email, name, calendars } of simulator.accounts) {
    lines.push(`  ${email} (${name})`);
    for (const { id, summary, timeZone, accessRole, primary } of calendars) {
      lines.push(`    ${primary ? '*' : '-'} ${summary} <${id}> ${accessRole}, ${timeZone}`);
    }
  }
  lines.push(`Control: ${simulator.url}/_control/ (docs/simulator.md). Stop with Ctrl+C.`);
  return lines.join('\n');
}

try {
  const simulator = await start(process.argv.slice(2));
  if (simulator !== undefined) {
    console.log(describe(simulator));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        void simulator.close().then(() => process.exit(0));
      });
    }
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
