/**
 * web3j over LES: what web3j asks is answered by a light client in the same process, with no RPC
 * server between them.
 */
@NullMarked
package io.lesnode.web3j;

import org.jspecify.annotations.NullMarked;
