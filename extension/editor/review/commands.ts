/** Accepting and refusing a proposed change, as a whole or hunk by hunk. */
import * as vscode from 'vscode';
import { registerCommands } from '../commands/register.ts';
import type { Log } from '../log.ts';
import type { Proposal } from './proposal.ts';
import { sideOf, type OpenHunk } from './proposal.ts';
import type { Accepted, Reviews } from './reviews.ts';

export function registerReviewCommands(reviews: Reviews, log: Log): vscode.Disposable {
  const onProposal = (act: (proposal: Proposal) => Promise<unknown>) => async (): Promise<unknown> => {
    const proposal = reviews.inFront;
    if (proposal) return act(proposal);
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no proposed change to decide on.'));
    return undefined;
  };
  return registerCommands(log, {
    acceptChange: onProposal((proposal) => accept(reviews, proposal)),
    acceptHunks: async (indices) => {
      const proposal = reviews.inFront;
      if (!proposal) return undefined;
      const chosen = isIndices(indices) ? indices : await pickHunks(await reviews.openHunks(proposal));
      return chosen === undefined ? undefined : accept(reviews, proposal, chosen);
    },
    acceptHunkAtCursor: onProposal(async (proposal) => {
      const editor = vscode.window.activeTextEditor;
      const inDiff = editor && sideOf(editor.document.uri)?.id === proposal.id;
      const hunk = inDiff ? await reviews.hunkAt(proposal, editor.selection.active.line) : null;
      if (hunk) return accept(reviews, proposal, [hunk.index]);
      void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor on a changed line of the right side.'));
      return undefined;
    }),
    refuseChange: onProposal((proposal) => reviews.refuse(proposal)),
  });
}

async function accept(reviews: Reviews, proposal: Proposal, indices?: readonly number[]): Promise<Accepted> {
  const accepted = await reviews.accept(proposal, indices);
  switch (accepted) {
    case 'done':
      break;
    case 'partly':
    case 'nothing':
      void vscode.window.showInformationMessage(vscode.l10n.t('Some of the proposed lines were changed in the file meanwhile. They were left as they are.'));
      break;
    case 'gone':
      await offerCopy(reviews, proposal);
      break;
  }
  return accepted;
}

/** The file was deleted, moved or cannot be written: the work is not lost. */
function offerCopy(reviews: Reviews, proposal: Proposal): Promise<void> {
  const copy = vscode.l10n.t('Copy the Proposal');
  void vscode.window.showWarningMessage(vscode.l10n.t('The file is not there any more, or the editor refused to change it. Nothing was changed.'), copy).then(async (picked) => {
    if (picked === copy) await vscode.env.clipboard.writeText(await reviews.proposedText(proposal));
  });
  return Promise.resolve();
}

async function pickHunks(hunks: readonly OpenHunk[]): Promise<readonly number[] | undefined> {
  const items = hunks.map(({ index, hunk }) => ({
    label: vscode.l10n.t('Line {0}', hunk.start + 1),
    description: vscode.l10n.t('{0} removed, {1} added', hunk.removed.length, hunk.added.length),
    detail: (hunk.added.find((line) => line.trim() !== '') ?? hunk.removed.find((line) => line.trim() !== '') ?? '').trim().slice(0, 120),
    picked: true,
    index,
  }));
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, title: vscode.l10n.t('Accept Hunks'), placeHolder: vscode.l10n.t('What is not chosen stays proposed') });
  return picked?.map(({ index }) => index);
}

function isIndices(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}
