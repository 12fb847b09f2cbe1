/** What a bag holds knows its place there. It is in one bag at a time. */
export interface Placed {
  place: number;
}

/**
 * An unordered collection of what comes and goes all the time. A `Set` would keep those who have
 * left: each of its outgrown tables refers to the next, and to what it held when it was outgrown, so
 * once the first is in the old generation, all are until that is collected. After five thousand
 * clients had come, a third of the memory was that.
 */
export class Bag<Member extends Placed> {
  readonly #members: Member[] = [];

  get size(): number {
    return this.#members.length;
  }

  has(member: Member): boolean {
    return this.#members[member.place] === member;
  }

  /** Any one of them; undefined when there is none. */
  pick(): Member | undefined {
    return this.#members[Math.floor(Math.random() * this.#members.length)];
  }

  add(member: Member): void {
    if (this.has(member)) return;
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Whether it was here. The last one takes its place. */
  delete(member: Member): boolean {
    if (!this.has(member)) return false;
    const last = this.#members.pop() as Member;
    if (last !== member) {
      last.place = member.place;
      this.#members[member.place] = last;
    }
    return true;
  }

  /** From the last to the first: the one that has just come may be deleted, no other. */
  *[Symbol.iterator](): IterableIterator<Member> {
    for (let place = this.#members.length - 1; place >= 0; place -= 1) {
      const member = this.#members[place];
      if (member) yield member;
    }
  }
}
