import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A trip that is booked, as we keep it ourselves. */
@Entity('booked_trips')
export class BookedTrip {
  @PrimaryColumn('text')
  tenant!: string;

  @PrimaryColumn('text')
  reference!: string;

  @Column('text')
  traveller!: string;

  /** The hotel desk's own reference. */
  @Column('text')
  hotel!: string;

  /** The flight desk's own reference. */
  @Column('text')
  flight!: string;
}
