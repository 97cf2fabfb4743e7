import { postgresForThisFile } from './grounds.js';
import { killed } from './killed.js';

killed(postgresForThisFile());
