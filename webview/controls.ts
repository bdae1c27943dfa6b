/**
 * The standard controls: the only file that knows the component toolkit.
 *
 * `@vscode/webview-ui-toolkit` is archived upstream. The way out: rewrite the functions below over plain elements or another set of
 * web components; nothing else in the viewer names a toolkit element except `styles/controls.css`.
 *
 * Two things the toolkit does not do are added here. Its elements keep the real control in a shadow root, where an id of the page
 * cannot be referred to; so a reason is given to the inner control as `aria-description`. And a disabled button cannot be focused, which
 * would hide the reason from the keyboard; so ours stays focusable, says `aria-disabled`, and does nothing.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeDivider, vsCodeTextArea, vsCodeTextField } from '@vscode/webview-ui-toolkit';
import type { ControlState } from '../extension/trace/messages.ts';
import { el, icon, newId, setAttr, setHidden, setText } from './dom.ts';

export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDivider(), vsCodeTextArea(), vsCodeTextField());
}

const enabledState: ControlState = { enabled: true };

/** The toolkit renders its inner control when the element is connected; before that there is nothing to describe. */
function describe(host: HTMLElement, text: string | null): void {
  const control = host.shadowRoot?.querySelector('.control');
  if (control) setAttr(control, 'aria-description', text);
}

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: string;
  readonly look?: 'primary' | 'secondary' | 'icon';
  /** Longer words for the tooltip while enabled. */
  readonly hint?: string;
  readonly onPress: () => void;
}

export interface Button {
  readonly element: HTMLElement;
  set(state: ControlState): void;
  setLabel(label: string): void;
  focus(): void;
}

/** A button. With the look `icon` the label is only spoken and shown as a tooltip. */
export function button(options: ButtonOptions): Button {
  const look = options.look ?? 'secondary';
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', look);
  const text = document.createTextNode('');
  if (options.icon !== undefined) {
    const glyph = icon(options.icon);
    if (look !== 'icon') glyph.slot = 'start';
    element.append(glyph);
  }
  if (look !== 'icon') element.append(text);
  let state = enabledState;
  let label = '';
  const tooltip = (): string => (state.enabled ? (options.hint ?? (look === 'icon' ? label : '')) : (state.reason ?? ''));
  const drawTooltip = (): void => setAttr(element, 'title', tooltip() === '' ? null : tooltip());
  element.addEventListener('click', () => {
    if (state.enabled) options.onPress();
  });
  const made: Button = {
    element,
    set: (next) => {
      state = next;
      setAttr(element, 'aria-disabled', next.enabled ? null : 'true');
      describe(element, next.enabled ? (options.hint ?? null) : (next.reason ?? null));
      drawTooltip();
    },
    setLabel: (next) => {
      if (next === label) return;
      label = next;
      text.data = next;
      if (look === 'icon') element.setAttribute('aria-label', next);
      drawTooltip();
    },
    focus: () => element.focus(),
  };
  made.setLabel(options.label);
  return made;
}

/** Say whether a disclosure button's region is open, on the inner control where assistive technology looks. */
export function setExpanded(target: Button, expanded: boolean): void {
  setAttr(target.element, 'aria-expanded', String(expanded));
}

export interface TextInput {
  readonly element: HTMLElement;
  value: string;
  focus(): void;
}

interface TextOptions {
  readonly label: string;
  readonly placeholder: string;
  readonly maxLength: number;
  readonly onInput?: (value: string) => void;
  /** Enter, without Shift and not while an input method is composing. */
  readonly onEnter: () => void;
  readonly onEscape?: () => void;
}

type ToolkitText = HTMLElement & { value: string };

function textInput(tag: 'vscode-text-area' | 'vscode-text-field', options: TextOptions): TextInput {
  const element = document.createElement(tag) as ToolkitText;
  element.setAttribute('placeholder', options.placeholder);
  element.setAttribute('maxlength', String(options.maxLength));
  // The toolkit takes the label from slotted text, which it reads on connection; the style sheet hides it from the eye.
  element.append(options.label);
  element.addEventListener('input', () => options.onInput?.(element.value));
  element.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      options.onEnter();
    } else if (event.key === 'Escape' && options.onEscape) {
      event.preventDefault();
      options.onEscape();
    }
  });
  return {
    element,
    get value() {
      return element.value;
    },
    set value(next: string) {
      if (element.value !== next) element.value = next;
    },
    focus: () => element.focus(),
  };
}

export function textArea(options: TextOptions): TextInput {
  return textInput('vscode-text-area', options);
}

export function textField(options: TextOptions): TextInput {
  return textInput('vscode-text-field', options);
}

export function divider(): HTMLElement {
  return document.createElement('vscode-divider');
}

export interface NumberInput {
  readonly element: HTMLElement;
  setValue(value: number): void;
  focus(): void;
}

/** The toolkit has no number field, so this is the browser's, dressed alike: a spin button to assistive technology. */
export function numberField(options: { readonly label: string; readonly onChange: (value: number) => void; readonly onEscape: () => void }): NumberInput {
  const id = newId('number');
  const input = el('input', { class: 'number-input', attrs: { type: 'number', id, min: '0', max: '10000000', step: '1', inputmode: 'numeric' } });
  const element = el('div', { class: 'number-field' }, el('label', { text: options.label, attrs: { for: id } }), input);
  let shown = 0;
  input.addEventListener('change', () => {
    const value = input.valueAsNumber;
    if (input.validity.valid && Number.isInteger(value)) options.onChange(value);
    else input.value = String(shown);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') options.onEscape();
  });
  return {
    element,
    setValue: (value) => {
      shown = value;
      // A figure being typed is not overwritten by an echo of an older one.
      if (document.activeElement !== input && input.value !== String(value)) input.value = String(value);
    },
    focus: () => input.select(),
  };
}

export interface Choice<T extends string> {
  readonly element: HTMLElement;
  set(value: T, note: string): void;
}

/** A segmented control: radio buttons underneath, so arrow keys and announcements are the browser's own. */
export function segmented<T extends string>(options: { readonly label: string; readonly choices: readonly { readonly value: T; readonly label: string }[]; readonly onChoose: (value: T) => void }): Choice<T> {
  const name = newId('choice');
  const noteId = newId('note');
  const note = el('span', { class: 'visually-hidden', attrs: { id: noteId } });
  const inputs = options.choices.map((choice) => {
    const input = el('input', { class: 'visually-hidden', attrs: { type: 'radio', name, value: choice.value, 'aria-describedby': noteId } });
    input.addEventListener('change', () => options.onChoose(choice.value));
    return input;
  });
  const labels = options.choices.map((choice, index) => el('label', { class: 'segment-choice' }, inputs[index] as HTMLInputElement, el('span', { text: choice.label })));
  const element = el('div', { class: 'segmented', attrs: { role: 'radiogroup', 'aria-label': options.label } }, ...labels, note);
  return {
    element,
    set: (value, text) => {
      for (const input of inputs) if (input.checked !== (input.value === value)) input.checked = input.value === value;
      setText(note, text);
      setHidden(note, text === '');
      setAttr(element, 'title', text === '' ? null : text);
    },
  };
}

export interface Checkbox {
  readonly element: HTMLElement;
  set(checked: boolean): void;
}

/** The browser's own checkbox with its words beside it: the toolkit's cannot be given a tooltip that a screen reader hears. */
export function checkbox(options: { readonly label: string; readonly hint?: string; readonly checked: boolean; readonly onChange: (checked: boolean) => void }): Checkbox {
  const input = el('input', { attrs: { type: 'checkbox' } });
  input.checked = options.checked;
  if (options.hint !== undefined) setAttr(input, 'aria-description', options.hint);
  input.addEventListener('change', () => options.onChange(input.checked));
  const element = el('label', { class: 'check' }, input, el('span', { text: options.label }));
  if (options.hint !== undefined) element.title = options.hint;
  return {
    element,
    set: (checked) => {
      if (input.checked !== checked) input.checked = checked;
    },
  };
}

export interface Select {
  readonly element: HTMLElement;
  /** Tell what is chosen without the person having done so. */
  set(value: string): void;
}

/** A short list of choices. The browser's own: the toolkit's dropdown writes style attributes, which our policy blocks. */
export function select(options: { readonly label: string; readonly values: readonly { readonly value: string; readonly label: string }[]; readonly value: string; readonly onChange: (value: string) => void }): Select {
  const element = el('select', { class: 'select', attrs: { 'aria-label': options.label } });
  for (const { value, label } of options.values) element.append(el('option', { text: label, attrs: { value } }));
  element.value = options.value;
  element.addEventListener('change', () => options.onChange(element.value));
  return {
    element,
    set: (value) => {
      if (element.value !== value) element.value = value;
    },
  };
}
