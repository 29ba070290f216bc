/**
 * Merkle-Patricia tries over byte keys: reading, changing, committing, proving and verifying.
 *
 * <p>Public types: {@link io.lesnode.chain.trie.MerklePatriciaTrie}, {@link
 * io.lesnode.chain.trie.SecureTrie}, {@link io.lesnode.chain.trie.TrieProver} for one who only
 * reads and proves, the port {@link io.lesnode.chain.trie.NodeSource} through which nodes are read,
 * {@link io.lesnode.chain.trie.ProofVerifier} with {@link io.lesnode.chain.trie.ProofNodeSource}
 * for hostile node sets, and {@link io.lesnode.chain.trie.DerivedRoots} for the roots in a header.
 * A trie object is confined to the thread that uses it; node sources say themselves whether they
 * may be shared. Knows nothing of accounts, of a disk or of a peer.
 */
@NullMarked
package io.lesnode.chain.trie;

import org.jspecify.annotations.NullMarked;
