package io.lesnode.chain.index;

import java.util.Optional;

/**
 * The finished sections of the canonical chain. Thread-safe; reads the disk, so never to be called
 * on a node loop. May throw a {@link io.lesnode.chain.store.StoreException}.
 */
public interface Checkpoints {

  /** The newest finished section; empty while there is none. */
  Optional<CheckpointEntry> latest();

  /**
   * A finished section.
   *
   * @param sectionIndex any number; empty where that section is not finished
   */
  Optional<CheckpointEntry> get(long sectionIndex);

  /** Of a node without helper tries. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public Optional<CheckpointEntry> latest() {
          return Optional.empty();
        }

        @Override
        public Optional<CheckpointEntry> get(long sectionIndex) {
          return Optional.empty();
        }
      };
}
