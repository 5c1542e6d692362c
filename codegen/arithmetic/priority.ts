/** A binary heap of numbers by falling priority; entries may be stale, the reader decides. */
export class PriorityQueue {
  private readonly keys: number[] = [];
  private readonly priorities: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  push(key: number, priority: number): void {
    const { keys, priorities } = this;
    let at = keys.length;
    keys.push(key);
    priorities.push(priority);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (priorities[up] >= priority) break;
      keys[at] = keys[up];
      priorities[at] = priorities[up];
      at = up;
    }
    keys[at] = key;
    priorities[at] = priority;
  }

  /** The entry of the highest priority; the queue must not be empty. */
  pop(): { key: number; priority: number } {
    const { keys, priorities } = this;
    const result = { key: keys[0], priority: priorities[0] };
    const key = keys.pop()!;
    const priority = priorities.pop()!;
    const size = keys.length;
    if (size === 0) return result;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= size) break;
      if (down + 1 < size && priorities[down + 1] > priorities[down]) down++;
      if (priorities[down] <= priority) break;
      keys[at] = keys[down];
      priorities[at] = priorities[down];
      at = down;
    }
    keys[at] = key;
    priorities[at] = priority;
    return result;
  }
}
