import { postgresForThisFile } from './grounds.js';
import { stopped } from './stopped.js';

stopped(postgresForThisFile());
