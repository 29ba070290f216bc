package io.lesnode.vipnode.client;

import org.apache.tuweni.bytes.Bytes32;

/**
 * What a server did for us, as the light client measures it. Called on the owner's thread; must not
 * block.
 */
@FunctionalInterface
public interface ServiceValue {
  /** What a server did since it connected. */
  Served of(Bytes32 server);

  /**
   * What was served.
   *
   * @param valueMicro service value in millionths: answers, weighted by how fast they were; what
   *     was given for nothing counts too, so that who was generous is paid first; 0: no answer yet
   * @param askedCost what our questions cost at most, in cost units, by the server's own table
   */
  record Served(long valueMicro, long askedCost) {
    /** Nothing yet. */
    public static final Served NOTHING = new Served(0, 0);
  }
}
