/** Keeps events until somebody listens, then passes them on in order. */
export class EventBuffer<Event> {
  private waiting: Event[] = [];
  private listener: ((event: Event) => void) | undefined;

  readonly push = (event: Event): void => {
    if (this.listener) this.listener(event);
    else this.waiting.push(event);
  };

  readonly subscribe = (listener: (event: Event) => void): void => {
    const waiting = this.waiting;
    this.waiting = [];
    this.listener = listener;
    for (const event of waiting) listener(event);
  };
}
