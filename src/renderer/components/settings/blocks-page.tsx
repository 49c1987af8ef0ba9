import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { Policies } from '../../../shared/dto.ts';
import type { BlockLook, Route } from '../../block-look.ts';
import { canKeep, lookFacts, routesNamed, routesOf, sameLook } from '../../block-look.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Dialog } from '../dialog.tsx';
import { markStyle } from '../mark.ts';
import { MiddleText } from '../middle-text.tsx';
import { BlockEditor } from './block-editor.tsx';
import { calendarName } from './calendar-table.tsx';
import { goesThrough } from './draft-actions.tsx';
import type { PageProps } from './page-props.ts';
import { usePolicyChange } from '../policy-change.tsx';
import { SearchField } from './search-field.tsx';
import { AskFailed, Loading, Section } from './section.tsx';

const said = words.settings.blocks;
/** More ways than this at once would bury the rest of the page. */
const shownAtFirst = 12;
/** With more ways than this, a person would rather type than look. */
const searchAbove = 8;

/** What blocks show: everywhere, and from one calendar to another where that differs. */
export function BlocksPage(props: PageProps): ReactElement {
  const { bridge, status, viewer } = props;
  const policies = useAsked(useCallback(() => bridge.call('policy.get'), [bridge]));
  const draft = props.drafts.block;
  const setDraft = (next: (before: BlockLook | null) => BlockLook | null): void =>
    props.setDrafts((before) => ({ ...before, block: next(before.block) }));
  const [route, setRoute] = useState<Route | null>(null);
  const change = usePolicyChange(props, (kept) => {
    policies.put(kept);
    setDraft((before) => (before !== null && sameLook(before, kept.block) ? null : before));
  });
  if (policies.answer === null) return <Loading />;
  if (!policies.answer.ok) return <AskFailed error={policies.answer.error} onAgain={policies.again} />;

  const kept = policies.answer.value;
  const look = draft ?? kept.block;
  const changed = !sameLook(look, kept.block);
  return (
    <>
      <Section title={said.everywhere}>
        <form
          className="part-form"
          onSubmit={(event) => {
            if (goesThrough(event) && changed && canKeep(look)) change.offer({ kind: 'block', block: look });
          }}
        >
          <BlockEditor
            look={look}
            onChange={(next) => setDraft(() => (sameLook(next, kept.block) ? null : next))}
            locale={viewer.locale}
            targets={status.calendars.filter((calendar) => calendar.target)}
          />
          <div className="page-actions">
            {changed ? <span className="quiet">{said.unsaved}</span> : null}
            <button type="button" className="button" aria-disabled={!changed} onClick={() => setDraft(() => null)}>
              {said.discard}
            </button>
            <button
              type="submit"
              className="button button-main"
              aria-disabled={!changed || !canKeep(look) || change.pending !== null}
            >
              {said.save}
            </button>
          </div>
        </form>
      </Section>
      <Routes routes={routesOf(status.calendars, kept)} onChange={setRoute} />
      {change.view}
      {route === null ? null : (
        <RouteDialog
          route={route}
          everywhere={kept.block}
          locale={viewer.locale}
          onClose={() => setRoute(null)}
          onKeep={(block) => {
            setRoute(null);
            change.offer({ kind: 'route', sourceId: route.source.id, targetId: route.target.id, block });
          }}
        />
      )}
    </>
  );
}

function Routes(props: { readonly routes: readonly Route[]; readonly onChange: (route: Route) => void }): ReactElement {
  const { routes, onChange } = props;
  const [all, setAll] = useState(false);
  const [text, setText] = useState('');
  const found = routesNamed(routes, text);
  const shown = all ? found : found.slice(0, shownAtFirst);
  return (
    <Section title={said.routes} meaning={routes.length === 0 ? said.routesNone : said.routesMeaning}>
      {routes.length <= searchAbove ? null : (
        <>
          <SearchField label={said.routesSearch} text={text} onChange={setText} />
          <p className="for-readers" role="status">
            {text.trim() !== '' && found.length > 0 ? said.routesFound(found.length) : ''}
          </p>
          {found.length === 0 ? <p role="status">{said.routesSearchNone(text)}</p> : null}
        </>
      )}
      <ul className="plain-list rows">
        {shown.map((route) => (
          <li key={`${route.source.id} ${route.target.id}`} className="row">
            <div className="row-words">
              <p className="route">
                <span className="mark" style={markStyle(route.source.colour)} />
                <MiddleText text={calendarName(route.source)} />
                <ArrowRight size={16} aria-label="→" role="img" />
                <span className="mark" style={markStyle(route.target.colour)} />
                <MiddleText text={calendarName(route.target)} />
              </p>
              <p className="quiet">
                <bdi>
                  {route.look === null
                    ? said.asEverywhere
                    : said.ownLookSays(route.look.summary, lookFacts(route.look))}
                </bdi>
              </p>
            </div>
            <div className="row-actions">
              <button
                type="button"
                className="button"
                aria-label={`${said.routeChange} ${said.routeName(calendarName(route.source), calendarName(route.target))}`}
                onClick={() => onChange(route)}
              >
                {said.routeChange}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {shown.length === found.length ? null : (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {said.routeMore(found.length - shown.length)}
        </button>
      )}
    </Section>
  );
}

function RouteDialog(props: {
  readonly route: Route;
  readonly everywhere: Policies['block'];
  readonly locale: string | undefined;
  readonly onKeep: (block: BlockLook | null) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { route, everywhere, locale, onKeep, onClose } = props;
  const [own, setOwn] = useState(route.look !== null);
  const [look, setLook] = useState(route.look ?? everywhere);
  const next = own ? look : null;
  const same = next === null || route.look === null ? next === route.look : sameLook(next, route.look);
  const formId = 'route';
  return (
    <Dialog
      title={said.routeName(calendarName(route.source), calendarName(route.target))}
      onClose={onClose}
      holdsEdits={!same}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="submit"
            form={formId}
            className="button button-main"
            aria-disabled={same || (own && !canKeep(look))}
          >
            {said.save}
          </button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          if (goesThrough(event) && !same && (next === null || canKeep(next))) onKeep(next);
        }}
      >
        <fieldset className="choices choices-beside">
          <legend className="for-readers">{said.routes}</legend>
          {[false, true].map((each) => (
            <label key={String(each)} className="choice">
              <input
                type="radio"
                name="route-look"
                checked={own === each}
                {...(own === each ? { 'data-first': true } : {})}
                onChange={() => setOwn(each)}
              />
              <span>{each ? said.ownLook : said.asEverywhere}</span>
            </label>
          ))}
        </fieldset>
        {own ? <BlockEditor look={look} onChange={setLook} locale={locale} targets={[route.target]} /> : null}
      </form>
    </Dialog>
  );
}
