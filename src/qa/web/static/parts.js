// Loads the parts of a long list when they come near the view, the nearest first, and releases those far away.

const AT_ONCE = 2; // requests at the same time; more would delay the parts that are in view by then

export class Parts {
  /**
   * @param {HTMLElement} root the element that scrolls
   * @param {{load: (part: HTMLElement) => Promise<void>, release: (part: HTMLElement) => void, margin?: string}} how
   */
  constructor(root, { load, release, margin = "150% 0px" }) {
    this.root = root;
    this.how = { load, release };
    this.margin = margin;
    this.clear();
  }

  /** Forgets all parts. */
  clear() {
    this.watcher?.disconnect();
    this.near = new Set();
    this.loaded = new Set();
    this.loading = new Map();
    const seen = (entries) => this.see(entries);
    this.watcher = new IntersectionObserver(seen, { root: this.root, rootMargin: this.margin });
  }

  /** Watches parts; those in `loaded` have their content already. */
  watch(parts, loaded = []) {
    for (const part of loaded) this.loaded.add(part);
    for (const part of parts) this.watcher.observe(part);
  }

  /** Loads a part now, wherever it is. */
  async ensure(part) {
    if (!this.loaded.has(part)) await (this.loading.get(part) || this.start(part));
  }

  /** Loads the parts near the view again, for example at another size; meanwhile they stay as they are. */
  reload() {
    this.loaded.clear();
    this.next();
  }

  see(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.near.add(target);
      else this.leave(target);
    }
    this.next();
  }

  leave(part) {
    this.near.delete(part);
    // Selected text must stay, or the selection would change.
    if (!this.root.clientHeight || !this.loaded.has(part) || window.getSelection().containsNode(part, true)) return;
    this.loaded.delete(part);
    this.how.release(part);
  }

  next() {
    const waiting = [...this.near].filter((part) => !this.loaded.has(part) && !this.loading.has(part));
    if (!waiting.length || this.loading.size >= AT_ONCE) return;
    const view = this.root.getBoundingClientRect();
    const middle = (view.top + view.bottom) / 2;
    const distance = (part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return Math.max(top - middle, middle - bottom, 0);
    };
    const nearest = waiting.map((part) => [distance(part), part]).sort((a, b) => a[0] - b[0]);
    for (const [, part] of nearest.slice(0, AT_ONCE - this.loading.size)) this.start(part).catch(() => {});
  }

  start(part) {
    const { loading, loaded } = this;
    const finished = this.how.load(part).then(
      () => void loaded.add(part),
      (problem) => {
        // Not asked for again until it comes near again.
        this.near.delete(part);
        throw problem;
      },
    );
    const settled = finished.finally(() => {
      loading.delete(part);
      if (loading === this.loading) this.next();
    });
    loading.set(part, settled);
    return settled;
  }
}
