import { Global, Module } from '@nestjs/common';
import { z } from 'zod';

const shape = z.object({
  DATABASE_URL: z.string(),
  CARDS_URL: z.string(),
  HOTELS_URL: z.string(),
  FLIGHTS_URL: z.string(),
  /** `0`: a free one. */
  PORT: z.coerce.number().int().default(3000),
  /** How long a booking may still take when this instance is told to end, in milliseconds. */
  DRAIN_MS: z.coerce.number().min(0).default(10_000),
});

/** What the environment says: where things are, and how this instance behaves. */
export class Settings {
  private readonly environment = shape.parse(process.env);

  readonly port = this.environment.PORT;
  readonly drainMs = this.environment.DRAIN_MS;
  /** `postgres://…` */
  readonly database = this.environment.DATABASE_URL;
  readonly cards = this.environment.CARDS_URL;
  readonly hotels = this.environment.HOTELS_URL;
  readonly flights = this.environment.FLIGHTS_URL;
}

@Global()
@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}
