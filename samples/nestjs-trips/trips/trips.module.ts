import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DesksModule } from '../desks/desks.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { BookTrip } from './book-trip.js';
import { BookedTrip } from './booked-trip.entity.js';
import { BookedTrips } from './booked-trips.js';
import { TripEnds } from './trip-ends.js';
import { TripsController } from './trips.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([BookedTrip]), TenancyModule, DesksModule],
  providers: [BookTrip, BookedTrips, TripEnds],
  controllers: [TripsController],
})
export class TripsModule {}
