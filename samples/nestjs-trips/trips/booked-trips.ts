import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Tenant } from '../tenancy/tenant.js';
import { BookedTrip } from './booked-trip.entity.js';

/** The booked trips of one tenant. Nobody sees those of another through this. */
@Injectable()
export class BookedTrips {
  constructor(
    @InjectRepository(BookedTrip) private readonly trips: Repository<BookedTrip>,
    private readonly tenant: Tenant,
  ) {}

  /** Bears repetition. */
  async enter(trip: Omit<BookedTrip, 'tenant'>): Promise<void> {
    await this.trips.upsert({ ...trip, tenant: this.tenant.name }, ['tenant', 'reference']);
  }

  /** Bears repetition. */
  async strike(reference: string): Promise<void> {
    await this.trips.delete({ tenant: this.tenant.name, reference });
  }

  find(reference: string): Promise<BookedTrip | null> {
    return this.trips.findOneBy({ tenant: this.tenant.name, reference });
  }

  all(): Promise<BookedTrip[]> {
    return this.trips.find({ where: { tenant: this.tenant.name }, order: { reference: 'ASC' } });
  }
}
