package io.lesnode.payment.hub;

import io.lesnode.payment.Refusal;
import org.apache.tuweni.bytes.Bytes;

/** Reads grants, whose form is that of the wire, which payment methods do not know. */
@FunctionalInterface
public interface GrantReader {
  /**
   * Reads a grant and checks that the pool that it names signed it.
   *
   * @throws Refusal if it is none or not signed by its pool
   */
  HubGrant read(Bytes grant) throws Refusal;
}
