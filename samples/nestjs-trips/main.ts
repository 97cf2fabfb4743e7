// One instance of the application. Any number of them runs on one database: what one leaves, another goes on with.
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { Settings } from './settings.js';

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks(); // so that a SIGTERM lets the steps under way end, and leaves the rest to other instances at once
await app.listen(app.get(Settings).port, '127.0.0.1');
new Logger('Trips').log(`Listening at ${await app.getUrl()}`);
