/**
 * Consensus rules: what makes a header, its seal and its ommers valid, how hard the next block is,
 * and who is paid for it. {@link io.lesnode.chain.consensus.ConsensusRules} is the port that full
 * import and the light client share; {@link io.lesnode.chain.consensus.EthashRules} and {@link
 * io.lesnode.chain.consensus.CliqueRules} stand behind it, with {@link
 * io.lesnode.chain.consensus.MergeRules} around either once a terminal total difficulty is set.
 *
 * <p>No thread is owned here: all rules are safe for any number of threads, their caches are
 * bounded and synchronised. Must not import state, store, evm or networking.
 */
@NullMarked
package io.lesnode.chain.consensus;

import org.jspecify.annotations.NullMarked;
