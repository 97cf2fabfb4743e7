import { Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Pool } from 'pg';
import { Settings } from '../settings.js';
import { dataSourceOptions } from './data-source.js';

/** One PostgreSQL, reached in two ways: TypeORM for our own tables, and a pool for the execution log, which makes and migrates its own. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({ inject: [Settings], useFactory: ({ database }: Settings) => dataSourceOptions(database) }),
  ],
  providers: [
    {
      provide: Pool,
      inject: [Settings],
      // So that a database that cannot be reached is told, and not waited for.
      useFactory: ({ database }: Settings) => new Pool({ connectionString: database, connectionTimeoutMillis: 5_000 }),
    },
  ],
  exports: [Pool],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly pool: Pool) {}

  /** The sagas are over by then: their module ends first. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
