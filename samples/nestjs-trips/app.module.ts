import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { SagaExceptionFilter, SagaModule } from 'class-saga/nestjs';
import { postgresLog } from 'class-saga/postgres';
import { Pool } from 'pg';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { Settings, SettingsModule } from './settings.js';
import { TripsModule } from './trips/trips.module.js';

@Module({
  imports: [
    SettingsModule,
    DatabaseModule,
    SagaModule.forRootAsync({
      imports: [DatabaseModule],
      inject: [Pool, Settings],
      useFactory: (pool: Pool, { drainMs }: Settings) => ({
        log: postgresLog(pool),
        drainMs,
        compensationRetry: { attempts: 10, baseMs: 1_000, maxMs: 300_000 },
      }),
    }),
    TripsModule,
    HealthModule,
  ],
  providers: [{ provide: APP_FILTER, useClass: SagaExceptionFilter }],
})
export class AppModule {}
