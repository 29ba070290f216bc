package io.lesnode.payment;

import io.lesnode.primitives.Address;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A payment method as a server offers it.
 *
 * @param id which method
 * @param variant the version of the method, for example {@code cheque/2}; at most 32 characters
 * @param contract where the money is, if the method has a contract
 * @param codeHash keccak hash of the contract's code; zero without a contract
 * @param params further terms of the method as RLP; at most 1,024 bytes
 */
public record MethodTerms(
    MethodId id, String variant, Optional<Address> contract, Bytes32 codeHash, Bytes params) {}
