// The component kit in our tokens. Naive UI computes with colours, so they are given as values and not as CSS
// variables.
import type { GlobalThemeOverrides } from 'naive-ui';

export type ThemeName = 'dark' | 'light';

const palette = {
  dark: {
    accent: '#6fb1f5',
    accentHover: '#8fc4fa',
    accentPressed: '#559bdf',
    bad: '#f2777a',
    warn: '#e5b455',
    good: '#5fc792',
    panel: '#16191e',
    raised: '#1d2127',
    overlay: '#22272e',
    line: '#343b45',
    text: '#e7eaee',
    text2: '#b3bbc6',
    text3: '#9ca6b4',
    onAccent: '#08131f',
  },
  light: {
    accent: '#1b62b5',
    accentHover: '#2a74ca',
    accentPressed: '#114d93',
    bad: '#bb2b2f',
    warn: '#8a5a00',
    good: '#17693d',
    panel: '#f7f8f9',
    raised: '#ffffff',
    overlay: '#ffffff',
    line: '#c6ccd4',
    text: '#191d22',
    text2: '#454d57',
    text3: '#5c6570',
    onAccent: '#ffffff',
  },
} as const;

/** Theme overrides of the whole kit for one theme. */
export function naiveOverrides(theme: ThemeName): GlobalThemeOverrides {
  const p = palette[theme];
  return {
    common: {
      fontFamily: 'var(--font)',
      fontFamilyMono: 'var(--font-mono)',
      fontSize: '13px',
      fontSizeMini: '12px',
      fontSizeTiny: '12px',
      fontSizeSmall: '12px',
      fontSizeMedium: '13px',
      lineHeight: '1.4',
      heightTiny: '22px',
      heightSmall: '26px',
      heightMedium: '30px',
      borderRadius: '5px',
      borderRadiusSmall: '4px',
      primaryColor: p.accent,
      primaryColorHover: p.accentHover,
      primaryColorPressed: p.accentPressed,
      primaryColorSuppl: p.accent,
      errorColor: p.bad,
      errorColorHover: p.bad,
      warningColor: p.warn,
      warningColorHover: p.warn,
      successColor: p.good,
      successColorHover: p.good,
      bodyColor: p.panel,
      cardColor: p.raised,
      modalColor: p.overlay,
      popoverColor: p.overlay,
      tableColor: p.raised,
      inputColor: p.raised,
      borderColor: p.line,
      dividerColor: p.line,
      textColorBase: p.text,
      textColor1: p.text,
      textColor2: p.text,
      textColor3: p.text3,
      placeholderColor: p.text3,
      baseColor: p.onAccent,
    },
    Tooltip: { color: p.overlay, textColor: p.text, padding: '5px 9px', borderRadius: '5px' },
    Slider: { handleSize: '14px', railHeight: '3px', fontSize: '12px' },
    Checkbox: { sizeMedium: '14px' },
  };
}
