import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { Policies } from '../../../shared/dto.ts';
import type { BlockLook, Route } from '../../block-look.ts';
import { canKeep, lookFacts, routesNamed, routesOf, sameLook } from '../../block-look.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { Mark } from '../mark.tsx';
import { MiddleText } from '../middle-text.tsx';
import { usePolicyChange } from '../policy-change.tsx';
import { ForReaders, Quiet } from '../text.tsx';
import { BlockEditor } from './block-editor.tsx';
import styles from './blocks-page.module.css';
import { ButtonRow } from './button-row.tsx';
import { calendarName } from './calendar-table.tsx';
import { Choice, Choices } from './choices.tsx';
import { goesThrough } from './draft-actions.tsx';
import type { PageProps } from './page-props.ts';
import { Row, RowActions, RowWords } from './row.tsx';
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
          className={styles.form}
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
          <ButtonRow at="end">
            {changed ? <Quiet as="span">{said.unsaved}</Quiet> : null}
            <Button aria-disabled={!changed} onClick={() => setDraft(() => null)}>
              {said.discard}
            </Button>
            <Button look="main" type="submit" aria-disabled={!changed || !canKeep(look) || change.pending !== null}>
              {said.save}
            </Button>
          </ButtonRow>
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
          <ForReaders as="p" role="status">
            {text.trim() !== '' && found.length > 0 ? said.routesFound(found.length) : ''}
          </ForReaders>
          {found.length === 0 ? <p role="status">{said.routesSearchNone(text)}</p> : null}
        </>
      )}
      <ul>
        {shown.map((route) => (
          <Row key={`${route.source.id} ${route.target.id}`}>
            <RowWords>
              <p className={styles.route}>
                <Mark colour={route.source.colour} />
                <MiddleText text={calendarName(route.source)} />
                <ArrowRight size={16} aria-label="→" role="img" />
                <Mark colour={route.target.colour} />
                <MiddleText text={calendarName(route.target)} />
              </p>
              <Quiet>
                <bdi>
                  {route.look === null
                    ? said.asEverywhere
                    : said.ownLookSays(route.look.summary, lookFacts(route.look))}
                </bdi>
              </Quiet>
            </RowWords>
            <RowActions>
              <Button
                aria-label={`${said.routeChange} ${said.routeName(calendarName(route.source), calendarName(route.target))}`}
                onClick={() => onChange(route)}
              >
                {said.routeChange}
              </Button>
            </RowActions>
          </Row>
        ))}
      </ul>
      {shown.length === found.length ? null : (
        <Button look="link" onClick={() => setAll(true)}>
          {said.routeMore(found.length - shown.length)}
        </Button>
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
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="main" type="submit" form={formId} aria-disabled={same || (own && !canKeep(look))}>
            {said.save}
          </Button>
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
        <Choices legend={said.routes} beside>
          {[false, true].map((each) => (
            <Choice
              key={String(each)}
              name="route-look"
              label={each ? said.ownLook : said.asEverywhere}
              checked={own === each}
              {...(own === each ? { 'data-first': true } : {})}
              onChange={() => setOwn(each)}
            />
          ))}
        </Choices>
        {own ? <BlockEditor look={look} onChange={setLook} locale={locale} targets={[route.target]} /> : null}
      </form>
    </Dialog>
  );
}
