import { join } from 'node:path';
import type { CopyView } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { moment } from '../engine/status.ts';
import { databasesPutAside, removePutAside, type PutAside } from '../store/index.ts';

/** The database within the data folder. */
export const databaseFile = (dataFolder: string): string => join(dataFolder, 'calsync.db');

const view = ({ name, why, at, bytes }: PutAside): CopyView => ({ name, why, since: moment(at), bytes });

function fromFolder(
  dataFolder: string,
  work: (file: string) => readonly PutAside[],
): Result<readonly CopyView[], AppError> {
  try {
    return ok(work(databaseFile(dataFolder)).map(view));
  } catch (fault) {
    if (!(fault instanceof Error) || !('code' in fault)) throw fault;
    return err(appError('data-folder-unusable', dataFolder, String(fault.code)));
  }
}

/** Takes the data folder; returns the databases that were put aside there, oldest first. Fails with `data-folder-unusable`. */
export function copiesIn(dataFolder: string): Result<readonly CopyView[], AppError> {
  return fromFolder(dataFolder, databasesPutAside);
}

/** Takes the data folder; removes all databases that were put aside there, and returns them. Fails with `data-folder-unusable`. */
export function removeCopiesIn(dataFolder: string): Result<readonly CopyView[], AppError> {
  return fromFolder(dataFolder, (file) => removePutAside(file, () => true));
}
