import { sqliteLog } from 'class-saga/sqlite';
import { serve } from '../serve.js';
import { classSaga } from './class-saga.js';

const [, , file] = process.argv;
serve(await classSaga(sqliteLog(file!)));
