import { sqliteForThisFile } from './grounds.js';
import { killed } from './killed.js';

killed(sqliteForThisFile());
