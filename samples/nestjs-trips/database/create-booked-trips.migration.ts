import { Table } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = { type: 'text' };

/** TypeORM takes the order of migrations from the end of their names, a time in milliseconds. */
export class CreateBookedTrips1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'booked_trips',
        columns: [
          { name: 'tenant', isPrimary: true, ...text },
          { name: 'reference', isPrimary: true, ...text },
          { name: 'traveller', ...text },
          { name: 'hotel', ...text },
          { name: 'flight', ...text },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('booked_trips');
  }
}
