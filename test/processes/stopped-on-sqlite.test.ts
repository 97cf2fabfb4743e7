import { sqliteForThisFile } from './grounds.js';
import { stopped } from './stopped.js';

stopped(sqliteForThisFile());
