/**
 * Payment contracts: Solidity sources, committed ABI and bytecode, web3j wrappers. Empty until the
 * payment work lands.
 */
@NullMarked
package io.lesnode.contracts;

import org.jspecify.annotations.NullMarked;
