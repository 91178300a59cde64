/**
 * Why a store cannot be opened. Each is for a person, in one sentence; none is a bug.
 *
 * - `folder-in-use`         another process has the embedded database open; `owner` says which
 * - `folder-not-created`    the data folder does not exist and cannot be made
 * - `folder-not-writable`   the data folder is there but nothing can be written into it
 * - `folder-not-lockable`   the file system knows no sockets, so the folder cannot be locked
 * - `database-unreachable`  no answer, or not yet: trying again may help
 * - `database-refused`      the server answered and said no (password, database, privileges)
 * - `database-broken`       the embedded database does not start
 * - `database-older`        nobody has migrated the database to this version yet
 * - `database-newer`        the database was migrated by a newer version of the program
 * - `migration-changed`     a migration that was applied is not the one that this program has
 */
export type StoreErrorCode =
  | 'folder-in-use'
  | 'folder-not-created'
  | 'folder-not-writable'
  | 'folder-not-lockable'
  | 'database-unreachable'
  | 'database-refused'
  | 'database-broken'
  | 'database-older'
  | 'database-newer'
  | 'migration-changed';

/** What the process that owns an embedded folder says of itself. */
export interface FolderOwner {
  readonly pid: number;
  /** Where its HTTP API listens, once it does. */
  readonly listen: string | undefined;
}

/** An expected failure to open a store; `message` is one sentence without secrets. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** Only with `folder-in-use`, and only when the owner answered. */
  readonly owner: FolderOwner | undefined;

  constructor(
    code: StoreErrorCode,
    message: string,
    more: { cause?: unknown; owner?: FolderOwner | undefined } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'StoreError';
    this.code = code;
    this.owner = more.owner;
  }
}
