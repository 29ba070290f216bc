/**
 * Payment contracts: Solidity sources, committed ABI and bytecode, web3j wrappers generated in the
 * build (package {@code io.lesnode.contracts.wrapper}). {@link ContractArtifact} gives what the
 * compiler made of each; immutable, any thread.
 */
@NullMarked
package io.lesnode.contracts;

import org.jspecify.annotations.NullMarked;
