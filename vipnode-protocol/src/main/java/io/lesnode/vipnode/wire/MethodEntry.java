package io.lesnode.vipnode.wire;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.primitives.Address;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A payment method as a Status names it. Its number may be one that we do not know.
 *
 * @param id the number of the method, see {@link MethodId}
 * @param name the variant, for example {@code cheque/2}; at most {@link VipLimits#NAME_BYTES}
 * @param contract where the money is; empty without a contract
 * @param codeHash keccak hash of the contract's code; zero without a contract
 * @param params further terms, RLP of the method; at most {@link VipLimits#METHOD_PARAMS_BYTES}
 */
public record MethodEntry(
    int id, String name, Optional<Address> contract, Bytes32 codeHash, Bytes params) {

  /** The entry of a method that we offer. */
  public static MethodEntry of(MethodTerms terms) {
    return new MethodEntry(
        terms.id().number(), terms.variant(), terms.contract(), terms.codeHash(), terms.params());
  }

  /** The terms of a method that we know; empty for another. */
  public Optional<MethodTerms> terms() {
    return MethodId.ofNumber(id)
        .map(known -> new MethodTerms(known, name, contract, codeHash, params));
  }
}
