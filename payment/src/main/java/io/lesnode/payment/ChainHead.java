package io.lesnode.payment;

import org.apache.tuweni.bytes.Bytes32;

/**
 * A block that we trust.
 *
 * @param number its height
 * @param hash its hash
 * @param timestampSeconds Unix time in its header
 */
public record ChainHead(long number, Bytes32 hash, long timestampSeconds) {}
