import { Module } from '@nestjs/common';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { CardGateway } from './card-gateway.js';
import { FlightDesk } from './flight-desk.js';
import { HotelDesk } from './hotel-desk.js';

/** The services of others. They are asked in a tenant's name, so each execution has clients of its own. */
@Module({ imports: [TenancyModule], providers: [CardGateway, HotelDesk, FlightDesk], exports: [CardGateway, HotelDesk, FlightDesk] })
export class DesksModule {}
