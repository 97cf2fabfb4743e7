import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import { BookedTrip } from '../trips/booked-trip.entity.js';
import { CreateBookedTrips1760000000000 } from './create-booked-trips.migration.js';

/** @param url `postgres://…` */
export function dataSourceOptions(url: string): DataSourceOptions {
  return { type: 'postgres', url, entities: [BookedTrip], migrations: [CreateBookedTrips1760000000000] };
}

/** Before the first instance of a version starts, and once: instances that start at the same time would get in each other's way. */
export async function migrate(url: string): Promise<void> {
  const source = await new DataSource(dataSourceOptions(url)).initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}
