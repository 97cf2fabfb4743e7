import { describe, expect, it, vi } from 'vitest';
import { newUuid } from '../../src/runtime/system.js';

describe('a new id', () => {
  it('is a UUID of version 7', () => {
    expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('begins with the time, so that later ones are greater, and is another each time', () => {
    vi.useFakeTimers({ now: 0x0123_4567_89ab });
    const [one, other] = [newUuid(), newUuid()];
    vi.setSystemTime(0x0123_4567_89ac);
    const later = newUuid();
    vi.useRealTimers();
    expect(one.startsWith('01234567-89ab-7')).toBe(true);
    expect(other).not.toBe(one);
    expect(later > one && later > other).toBe(true);
  });
});
