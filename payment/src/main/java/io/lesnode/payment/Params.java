package io.lesnode.payment;

import org.apache.tuweni.bytes.Bytes;

/**
 * What a server knows of a way to pay after it was opened: for cheques the highest cumulative
 * amount that it has and the deposit that it sees.
 *
 * @param status 0: ready; otherwise how many confirmations are still awaited
 * @param data RLP of the method; at most 8 KiB
 */
public record Params(int status, Bytes data) {}
