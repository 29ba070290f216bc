/**
 * Accounts in encrypted files, as geth keeps them (Web3 Secret Storage, version 3). Public types:
 * {@link io.lesnode.app.keystore.Keystore} and {@link io.lesnode.app.keystore.Password}. Secrets
 * are in no message and no log, and the arrays that held them are wiped. Called from the thread of
 * a command; nothing else in the program needs an account.
 */
@NullMarked
package io.lesnode.app.keystore;

import org.jspecify.annotations.NullMarked;
