/** `class-saga/sqlite`: the execution log in a SQLite file, for one host. */

export { sqliteLog } from './sqlite-log.js';
export type { SqliteLogOptions } from './sqlite-log.js';
export type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.js';
