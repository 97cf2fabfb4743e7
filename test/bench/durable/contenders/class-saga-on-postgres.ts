import { postgresLog } from 'class-saga/postgres';
import { Pool } from 'pg';
import { serve } from '../serve.js';
import { classSaga } from './class-saga.js';

const [, , url] = process.argv;
serve(await classSaga(postgresLog(new Pool({ connectionString: url! }))));
