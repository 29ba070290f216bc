package io.lesnode.evm;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import java.util.function.LongFunction;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The block that code executes in.
 *
 * @param fork rules in force at this block
 * @param number block number
 * @param timestamp seconds since the epoch
 * @param coinbase who receives the tips (under clique the signer, not the header's field)
 * @param gasLimit of the block
 * @param difficulty what opcode 0x44 returns before Paris
 * @param prevRandao what opcode 0x44 returns from Paris on (EIP-4399); null before
 * @param baseFee wei per gas, null before London
 * @param blobBaseFee wei per blob gas, null before Cancun
 * @param blockHashes hash by number of the canonical ancestor; asked for the last 256 only
 */
public record BlockContext(
    Fork fork,
    long number,
    long timestamp,
    Address coinbase,
    long gasLimit,
    UInt256 difficulty,
    @Nullable Bytes32 prevRandao,
    @Nullable UInt256 baseFee,
    @Nullable UInt256 blobBaseFee,
    LongFunction<Bytes32> blockHashes) {}
