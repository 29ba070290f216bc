package io.lesnode.devp2p.discovery.dns;

import java.io.IOException;
import java.util.List;

/** Asks DNS for text; a fake in tests. */
@FunctionalInterface
public interface TxtResolver {
  /**
   * The TXT records of a name, each with its character strings joined. Blocks, a few seconds at
   * most.
   *
   * @throws IOException if there is no answer or no such name
   */
  List<String> txt(String name) throws IOException;

  /** The resolver of the operating system's configuration. */
  static TxtResolver system() {
    return new SystemTxtResolver();
  }
}
