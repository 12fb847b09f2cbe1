/**
 * Gives turns of the event loop to executions that have answers to process, the oldest first. Executions that
 * are nearly done finish before new ones grow, so that few half-built answers are alive at once. One turn per
 * loop iteration lets new requests and answers in between.
 */
export interface Scheduler {
  enqueue(task: ScheduledTask): void;
}

export interface ScheduledTask {
  /** Position in the order of arrival, moved back for large operations. */
  readonly order: number;
  takeTurn(): void;
}

export function createScheduler(): Scheduler {
  const heap: ScheduledTask[] = [];
  let armed = false;

  const turn = (): void => {
    const task = pop(heap);
    if (heap.length > 0) setImmediate(turn);
    else armed = false;
    task?.takeTurn();
  };

  return {
    enqueue(task) {
      push(heap, task);
      if (!armed) {
        armed = true;
        setImmediate(turn);
      }
    },
  };
}

function push(heap: ScheduledTask[], task: ScheduledTask): void {
  let index = heap.length;
  heap.push(task);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as ScheduledTask;
    if (above.order <= task.order) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = task;
}

function pop(heap: ScheduledTask[]): ScheduledTask | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    const right = child + 1;
    if (right < heap.length && orderAt(heap, right) < orderAt(heap, child)) child = right;
    if (last.order <= orderAt(heap, child)) break;
    heap[index] = heap[child] as ScheduledTask;
    index = child;
  }
  heap[index] = last;
  return first;
}

const orderAt = (heap: readonly ScheduledTask[], index: number): number =>
  (heap[index] as ScheduledTask).order;
