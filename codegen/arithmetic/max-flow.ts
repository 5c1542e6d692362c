/** A flow network that grows: edges are added while a flow is in it, which then is augmented (Dinic's algorithm). */
export class FlowNetwork {
  private readonly head: number[] = [];
  private readonly next: number[] = [];
  private readonly target: number[] = [];
  private readonly room: number[] = [];

  constructor(nodes: number) {
    for (let node = 0; node < nodes; node++) this.head.push(-1);
  }

  node(): number {
    return this.head.push(-1) - 1;
  }

  edge(from: number, to: number, capacity: number): void {
    for (const [a, b, room] of [[from, to, capacity], [to, from, 0]] as const) {
      this.next.push(this.head[a]);
      this.head[a] = this.target.push(b) - 1;
      this.room.push(room);
    }
  }

  /** Makes the flow from `source` to `sink` as large as it can be; what is added to it. */
  augment(source: number, sink: number): number {
    let total = 0;
    for (;;) {
      const level = this.levels(source, sink);
      if (level[sink] < 0) return total;
      total += this.block(source, sink, level);
    }
  }

  /** Nodes that more could flow to from `source`: the side of a smallest cut that is smallest itself. */
  reachable(source: number): Uint8Array {
    return Uint8Array.from(this.levels(source, -1), level => (level < 0 ? 0 : 1));
  }

  private levels(source: number, sink: number): Int32Array {
    const { head, next, target, room } = this;
    const level = new Int32Array(head.length).fill(-1);
    const queue = [source];
    level[source] = 0;
    for (let at = 0; at < queue.length; at++) {
      const node = queue[at];
      if (node === sink) break;
      for (let edge = head[node]; edge >= 0; edge = next[edge]) {
        if (room[edge] === 0 || level[target[edge]] >= 0) continue;
        level[target[edge]] = level[node] + 1;
        queue.push(target[edge]);
      }
    }
    return level;
  }

  /** Fills paths along rising levels until none is left. */
  private block(source: number, sink: number, level: Int32Array): number {
    const { next, target, room } = this;
    const at = Int32Array.from(this.head);
    const path: number[] = [];
    let total = 0;
    for (let node = source; ;) {
      if (node === sink) {
        let least = Infinity;
        let first = 0;
        path.forEach((edge, index) => {
          if (room[edge] >= least) return;
          least = room[edge];
          first = index;
        });
        for (const edge of path) {
          room[edge] -= least;
          room[edge ^ 1] += least;
        }
        total += least;
        node = target[path[first] ^ 1];
        path.length = first;
        continue;
      }
      while (at[node] >= 0 && (room[at[node]] === 0 || level[target[at[node]]] !== level[node] + 1)) at[node] = next[at[node]];
      if (at[node] >= 0) {
        path.push(at[node]);
        node = target[at[node]];
        continue;
      }
      if (path.length === 0) return total;
      // A dead end: its edge is left out from here on.
      const edge = path.pop()!;
      node = target[edge ^ 1];
      at[node] = next[at[node]];
    }
  }
}
